import { AppShell, Burger, Group, Loader, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useLocation } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { NotificationBell } from '../features/drift/NotificationBell.js';
import { AccountMenu } from '../features/identity/AccountMenu.js';
import { useUploads } from '../features/security-scans/UploadsContext.js';
import { NavigationLink } from '../ui/links.js';
import { useAppState } from './AppStateContext.js';
import { ColorSchemeSwitch } from './ColorSchemeSwitch.js';
import { sections } from './navigation.js';
import classes from './Shell.module.css';

/** The pages of an auditor who sees one framework only. */
const LIMITED: readonly string[] = ['/frameworks', '/controls', '/evidence'];

/** The frame around every page: header, side navigation, and the main part. */
export function Shell({ children }: { children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const { team, has, unavailable, isLimited } = useAppState();
  const { pathname } = useLocation();
  const { running } = useUploads();
  const main = useFocusOnNewPage(pathname);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={0}
    >
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <AppShell.Header className={classes.header}>
        <Group gap="sm" wrap="nowrap" miw={0}>
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={opened ? 'Close the navigation' : 'Open the navigation'}
          />
          <Link to="/" className={classes.brand}>
            <img src="/favicon.svg" alt="" width={28} height={28} />
            <span>OffloadSecurity</span>
          </Link>
        </Group>
        <Group gap="xs" wrap="nowrap" miw={0}>
          <Text visibleFrom="xs" size="sm" c="dimmed" truncate title={`Your team: ${team.name}`}>
            {team.name}
          </Text>
          <NotificationBell />
          <ColorSchemeSwitch />
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label="Main" data-opened={opened}>
        {sections
          .filter(({ module, to }) => has(module) && (!isLimited || LIMITED.includes(to)))
          .map(({ label, to, icon: Icon, module }) => (
            <NavigationLink
              key={to}
              to={to}
              label={label}
              onClick={close}
              active={to === '/' ? pathname === '/' : pathname.startsWith(to)}
              aria-current={pathname === to ? 'page' : undefined}
              leftSection={<Icon size={18} aria-hidden />}
              rightSection={
                unavailable(module) ? (
                  <TriangleAlert size={16} role="img" aria-label="unavailable" />
                ) : to === '/imports' && running ? (
                  <Loader size={16} role="img" aria-label="running" />
                ) : null
              }
              className={classes.link}
            />
          ))}
      </AppShell.Navbar>
      <AppShell.Main>
        <div ref={main} id="main" tabIndex={-1} className={classes.main}>
          {children}
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

/** Moves the keyboard focus to the content after a change of page. */
function useFocusOnNewPage(pathname: string) {
  const main = useRef<HTMLDivElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}
