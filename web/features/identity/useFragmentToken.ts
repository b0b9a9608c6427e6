import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

/** A one-time token in the fragment of the address (`#token=…`), which is removed from there at once. */
export function useFragmentToken(name: 'link' | 'token' | 'code'): string | null {
  const { hash } = useLocation();
  const navigate = useNavigate();
  const given = new URLSearchParams(hash).get(name);
  const [kept, setKept] = useState(given);
  useEffect(() => {
    if (given === null) return;
    setKept(given);
    navigate({ to: '.', search: true, hash: '', replace: true });
  }, [given, navigate]);
  return given ?? kept;
}
