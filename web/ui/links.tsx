import {
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  NavLink,
  type NavLinkProps,
} from '@mantine/core';
import { createLink, type LinkComponent } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';

type WithRef<P> = Omit<ComponentPropsWithRef<'a'>, 'href' | keyof P> & Omit<P, 'href'>;

const anchor = (props: WithRef<AnchorProps>) => <Anchor {...props} />;
const button = (props: WithRef<ButtonProps>) => <Button component="a" {...props} />;
const navigation = (props: WithRef<NavLinkProps>) => <NavLink component="a" {...props} />;

/** Components of Mantine as typed links of the router. */
export const TextLink: LinkComponent<typeof anchor> = createLink(anchor);
export const ButtonLink: LinkComponent<typeof button> = createLink(button);
export const NavigationLink: LinkComponent<typeof navigation> = createLink(navigation);
