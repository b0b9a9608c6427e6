import { type NavigateOptions, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { PageLoading } from '../ui/PageLoading.js';

/**
 * Replaces this page by another one. The router’s own component navigates at each render, so that a page which renders
 * while it leaves would never end.
 */
export function Redirect(props: NavigateOptions) {
  const navigate = useNavigate();
  const [options] = useState(props);
  useEffect(() => {
    navigate({ ...options, replace: true });
  }, [options, navigate]);
  return <PageLoading />;
}
