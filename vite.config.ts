import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.CSPM_DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: 'web',
  plugins: [react()],
  // Assets stay files: the page's content security policy allows no inline scripts or fonts.
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2023',
    rolldownOptions: {
      output: {
        // React changes less often than the app: browsers keep it cached across updates.
        codeSplitting: {
          groups: [{ name: 'react', test: /node_modules[\\/](?:react|react-dom|scheduler)[\\/]/ }],
        },
      },
    },
  },
  server: { proxy: { '/api': server, '/metrics': server } },
});
