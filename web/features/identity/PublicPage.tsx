import { Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import { ColorSchemeSwitch } from '../../app/ColorSchemeSwitch.js';
import { PageHeader } from '../../ui/PageHeader.js';
import classes from './PublicPage.module.css';

interface PublicPageProps {
  title: string;
  about?: ReactNode;
  children: ReactNode;
}

/** The frame of the pages that need no session. */
export function PublicPage({ title, about, children }: PublicPageProps) {
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <span className={classes.brand}>
          <img src="/favicon.svg" alt="" width={28} height={28} />
          OffloadSecurity
        </span>
        <ColorSchemeSwitch />
      </header>
      <main className={classes.main}>
        <Paper p="xl">
          <PageHeader title={title} about={about} />
          {children}
        </Paper>
      </main>
    </div>
  );
}
