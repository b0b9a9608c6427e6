import { Skeleton, Stack } from '@mantine/core';

export function PageLoading() {
  return (
    <Stack p="md" role="status" aria-label="Loading">
      <Skeleton h={28} w="35%" />
      <Skeleton h={120} />
      <Skeleton h={220} />
    </Stack>
  );
}
