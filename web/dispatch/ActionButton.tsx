import { Button, type ButtonProps } from 'antd'

interface ActionButtonProps extends Omit<ButtonProps, 'disabled' | 'title'> {
  /** Why it cannot be pressed now, in words; null: it can. */
  why: string | null
  /** What it does, where its word is not enough. */
  hint?: string
}

/** A button that says why it is disabled, to whoever points at it and to screen readers. */
export function ActionButton({ why, hint, ...button }: ActionButtonProps) {
  return (
    <Button
      {...button}
      disabled={why !== null}
      title={why ?? hint}
      aria-description={why ?? undefined}
      data-why={why ?? undefined}
    />
  )
}
