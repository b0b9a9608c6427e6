import { useRouter } from '@tanstack/react-router';
import { Redirect } from './Redirect.js';

/** Leads to the sign-in page, which returns to the current one. */
export function ToSignIn() {
  const { href } = useRouter().state.location;
  return <Redirect to="/sign-in" search={{ next: href === '/' ? undefined : href }} />;
}
