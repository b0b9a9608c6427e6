import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import {
  addImage,
  deleteImage,
  getImage,
  listImages,
  listPackages,
  listRegistries,
  scanImage,
} from '../../../contract/container-security.js';
import { apiService, type ResultOf } from '../../api/apiService.js';
import { inventoryList, RUNNING_POLL_MS } from '../inventory/inventory-list.js';
import { scansKey } from '../orchestration/scan.api.js';
import type { ImagesSearch } from './images.search.js';

const imagesKey = ['images'] as const;

export type ImageData = ResultOf<typeof getImage>;

export const imagesQuery = ({ q, registry, severity }: ImagesSearch) =>
  infiniteQueryOptions({
    queryKey: [...imagesKey, 'list', { q, registry, severity }],
    queryFn: ({ pageParam, signal }) =>
      apiService(listImages, {
        query: {
          ...(q ? { q } : {}),
          ...(registry ? { registry: [registry] } : {}),
          ...(severity ? { severity: [severity] } : {}),
          limit: 50,
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    ...inventoryList,
  });

export const imageQuery = (imageId: string) =>
  queryOptions({
    queryKey: [...imagesKey, 'one', imageId],
    queryFn: ({ signal }) => apiService(getImage, { params: { imageId }, signal }),
    refetchInterval: ({ state }) => (state.data?.runningScanId ? RUNNING_POLL_MS : false),
  });

export const registriesQuery = queryOptions({
  queryKey: [...imagesKey, 'registries'],
  queryFn: ({ signal }) => apiService(listRegistries, { signal }),
});

export const packagesQuery = (imageId: string, q: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...imagesKey, 'packages', imageId, q],
    queryFn: ({ pageParam, signal }) =>
      apiService(listPackages, {
        query: {
          imageId,
          ...(q ? { q } : {}),
          limit: 50,
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });

export function useAddImage() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reference: string) => apiService(addImage, { body: { reference } }),
    onSuccess: () => client.invalidateQueries({ queryKey: imagesKey }),
  });
}

export function useScanImage(imageId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiService(scanImage, { params: { imageId } }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: imagesKey }),
        client.invalidateQueries({ queryKey: scansKey }),
      ]),
  });
}

export function useDeleteImage(imageId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiService(deleteImage, { params: { imageId } }),
    onSuccess: () => {
      client.removeQueries({ queryKey: imageQuery(imageId).queryKey });
      return client.invalidateQueries({ queryKey: [...imagesKey, 'list'] });
    },
  });
}
