import { type ThemeConfig, theme } from 'antd'
import type { Theme } from '../map/scene.ts'

const palette = {
  dark: {
    ground: '#0e1420',
    panel: '#151d2b',
    raised: '#1c2636',
    line: '#2a3546',
    ink: '#e6eaf0',
    soft: '#9aa7b8',
    accent: '#4c9aff',
    onAccent: '#07101f',
  },
  light: {
    ground: '#f4f6f8',
    panel: '#ffffff',
    raised: '#ffffff',
    line: '#d8dee6',
    ink: '#17202c',
    soft: '#5a6776',
    accent: '#0b62d6',
    onAccent: '#ffffff',
  },
} as const

/** LOOK.md's foundations as Ant Design tokens; the same colours stand as CSS variables in tokens.css. */
export function antdTheme(name: Theme, reducedMotion: boolean): ThemeConfig {
  const colors = palette[name]
  return {
    algorithm: name === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: colors.accent,
      colorInfo: colors.accent,
      colorLink: colors.accent,
      colorBgBase: colors.ground,
      colorBgLayout: colors.ground,
      colorBgContainer: colors.panel,
      colorBgElevated: colors.raised,
      colorBorder: colors.line,
      colorBorderSecondary: colors.line,
      colorText: colors.ink,
      colorTextSecondary: colors.soft,
      colorTextDescription: colors.soft,
      colorTextPlaceholder: colors.soft,
      colorTextLightSolid: colors.onAccent,
      fontFamily: 'var(--font)',
      fontSize: 14,
      fontWeightStrong: 600,
      borderRadius: 6,
      controlHeight: 32,
      controlHeightLG: 40,
      motion: !reducedMotion,
      wireframe: false,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none' },
      Tooltip: { colorTextLightSolid: colors.ink, colorBgSpotlight: colors.raised },
    },
  }
}
