import { Stack, Text } from '@mantine/core';
import { getRouteApi, useLocation } from '@tanstack/react-router';
import { Clock } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { ButtonLink } from '../../ui/links.js';
import { Notice } from '../../ui/Notice.js';
import { PageLoading } from '../../ui/PageLoading.js';
import { ChallengeForm } from './ChallengeForm.js';
import { PublicPage } from './PublicPage.js';
import { returnPathOf } from './return-path.js';
import { SignInProblem } from './SignInProblem.js';
import { useFinishSignOn } from './single-sign-on.api.js';

const route = getRouteApi('/sign-in/oidc/$providerId');

/** Where a provider sends the browser back to. */
export function SignOnReturnPage() {
  const { providerId } = route.useParams();
  const { searchStr } = useLocation();
  const { mutate, data, error } = useFinishSignOn();
  const used = useRef(false);
  useEffect(() => {
    // Once, also when React runs effects twice: what the provider sent works only once.
    if (used.current) return;
    used.current = true;
    mutate({ providerId, query: searchStr.replace(/^\?/, '') });
  }, [mutate, providerId, searchStr]);

  if (data?.challenge) {
    return (
      <PublicPage title="Sign in">
        <ChallengeForm challenge={data.challenge.token} path={returnPathOf(data.next)} />
      </PublicPage>
    );
  }
  if (data?.outcome === 'waiting') {
    return (
      <PublicPage title="Almost there">
        <Stack>
          <Notice tone="blue" icon={Clock} title="You wait to be admitted">
            You signed in, but nobody has given you a role here yet. An administrator of this
            installation sees that you wait. Sign in again once they have admitted you.
          </Notice>
          <ButtonLink to="/sign-in" variant="default">
            Back to the sign-in page
          </ButtonLink>
        </Stack>
      </PublicPage>
    );
  }
  if (error) {
    return (
      <PublicPage title="Sign in">
        <Stack>
          <SignInProblem problem={error} />
          <Text size="sm">You can begin again, or sign in with a password.</Text>
          <ButtonLink to="/sign-in" variant="default">
            Back to the sign-in page
          </ButtonLink>
        </Stack>
      </PublicPage>
    );
  }
  return (
    <PublicPage title="Signing in…">
      <PageLoading />
    </PublicPage>
  );
}
