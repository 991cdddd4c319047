/** The same keys as a reference language, with any words. */
export type Translation<Reference> = {
  [Key in keyof Reference]: Reference[Key] extends string
    ? string
    : Reference[Key] extends readonly string[]
      ? readonly string[]
      : Translation<Reference[Key]>
}
