import { type CSSVariablesResolver, createTheme } from '@mantine/core';

/** Without this, the header of a dialog counts as a second banner of the page. */
const plainHeader = { header: { role: 'presentation' } };

/** One accent (indigo), system fonts, quiet surfaces. Status colours are tones in global.css. */
export const theme = createTheme({
  colors: {
    dark: [
      '#d3d7de',
      '#b6bcc7',
      '#969eab',
      '#6b7483',
      '#4a5260',
      '#343943',
      '#262a32',
      '#1e2127',
      '#181b20',
      '#121418',
    ],
  },
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  components: {
    Paper: { defaultProps: { withBorder: true, p: 'md', radius: 'md' } },
    Tooltip: {
      defaultProps: {
        multiline: true,
        maw: 300,
        events: { hover: true, focus: true, touch: true },
      },
    },
    Modal: { defaultProps: { centered: true, size: 'lg', attributes: plainHeader } },
    Drawer: { defaultProps: { attributes: plainHeader } },
    Anchor: { defaultProps: { underline: 'hover' } },
  },
});

const shared = {
  '--mantine-color-dimmed': 'var(--app-quiet)',
  '--mantine-color-error': 'var(--tone-red-fg)',
  '--mantine-color-placeholder': 'var(--app-quiet)',
  '--mantine-color-default-border': 'var(--app-line)',
};

/** Mantine's own variables where its defaults are too pale on our surfaces. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...shared, '--mantine-color-anchor': '#2b50b8' },
  dark: { ...shared, '--mantine-color-anchor': '#93b4ff' },
});
