// Runs before the first paint, so that a dark page does not flash white. A separate file because
// the content security policy allows no inline scripts. Key and attribute are Mantine's.
(() => {
  const stored = window.localStorage.getItem('mantine-color-scheme-value');
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  const scheme = stored === 'light' || stored === 'dark' ? stored : dark ? 'dark' : 'light';
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
})();
