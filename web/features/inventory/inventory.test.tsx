import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  addImage,
  type ContainerImage,
  deleteImage,
  getImage,
  listImages,
  listPackages,
  listRegistries,
  scanImage,
} from '../../../contract/container-security.js';
import { listTargetPorts } from '../../../contract/open-ports.js';
import { getScan } from '../../../contract/orchestration.js';
import { noneBySeverity } from '../../../contract/severity.js';
import { addTarget, type InventoryTarget, listTargets } from '../../../contract/web-targets.js';
import { aScan } from '../../testing/orchestration.builders.js';
import { aMeWithout } from '../../testing/platform.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const at = '2026-11-20T10:00:00.000Z';
const lastScan = { scanId: 'scan_1', status: 'completed', finishedAt: at, problem: null } as const;
const inventoried = {
  addedBy: 'scan',
  addedAt: at,
  runningScanId: null,
  lastScan,
} as const;

const image: ContainerImage = {
  ...inventoried,
  id: 'img_1',
  reference: 'docker.io/library/nginx:1.27',
  registry: 'docker.io',
  repository: 'docker.io/library/nginx',
  tag: '1.27',
  digest: null,
  details: {
    scanId: 'scan_1',
    scannedAt: at,
    digest: 'sha256:ab12',
    configDigest: null,
    os: { family: 'debian', name: '10.2', endOfLife: true },
    architecture: 'amd64',
    sizeBytes: 187_000_000,
    packages: 2,
    trivyVersion: '0.68.1',
  },
  findings: {
    open: 14,
    bySeverity: { ...noneBySeverity(), critical: 2, high: 12 },
    filter: { provider: 'image', accountId: ['docker.io/library/nginx'] },
    isOwn: true,
  },
};

function aServerWithImages(me?: Parameters<typeof aServer>[0]) {
  return aServer(me)
    .on(listImages, ({ query }) => ({ items: query.q ? [] : [image], nextCursor: null }))
    .on(listRegistries, () => ({ items: [{ registry: 'docker.io', images: 1 }] }))
    .on(getImage, () => ({
      ...image,
      fixable: 9,
      scans: [{ scanId: 'scan_1', status: 'completed' as const, createdAt: at, finishedAt: at }],
    }))
    .on(listPackages, ({ query }) => ({
      items: [
        {
          imageId: 'img_1',
          image: image.reference,
          name: query.q ?? 'openssl',
          version: '3.0.1',
          type: 'debian',
          purl: 'pkg:deb/debian/openssl@3.0.1',
          path: '',
          licenses: ['Apache-2.0'],
        },
      ],
      nextCursor: null,
    }));
}

test('lists images with their open findings, filtered by the URL', async () => {
  const server = aServerWithImages();
  const { user, address } = renderApp('/images');
  const row = within(await screen.findByRole('listitem', { name: image.reference }));
  expect(row.getByText('2 critical')).toBeTruthy();
  expect(row.getByText('12 high')).toBeTruthy();
  expect(row.getByText(/debian 10.2, no longer maintained/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Critical' }));
  await waitFor(() => expect(address()).toBe('/images?severity=critical'));
  await waitFor(() => expect(server.requests.at(-1)?.search).toContain('severity=critical'));
  await user.type(screen.getByRole('searchbox'), 'redis');
  expect(await screen.findByText('No image matches')).toBeTruthy();
});

test('loads the next page on demand, below the first one', async () => {
  const second = { ...image, id: 'img_2', reference: 'docker.io/library/redis:8' };
  const server = aServerWithImages().on(listImages, ({ query }) =>
    query.cursor === 'next'
      ? { items: [second], nextCursor: null }
      : { items: [image], nextCursor: 'next' },
  );
  const { user } = renderApp('/images');
  await user.click(await screen.findByRole('button', { name: 'Load more' }));
  const list = within(screen.getByRole('region', { name: 'Images' }));
  expect(await list.findByRole('listitem', { name: second.reference })).toBeTruthy();
  expect(list.getByRole('listitem', { name: image.reference })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Load more' })).toBeNull();
  expect(server.requests.at(-1)?.search).toContain('cursor=next');
});

test('an empty inventory explains how to add to it', async () => {
  aServer().on(listTargets, () => ({ items: [], nextCursor: null }));
  const { user } = renderApp('/targets');
  expect(await screen.findByText('No target yet')).toBeTruthy();
  const [, first] = screen.getAllByRole('button', { name: 'Add a target' });
  if (first) await user.click(first);
  expect(await screen.findByRole('dialog', { name: 'Add a target' })).toBeTruthy();
  expect(screen.queryByRole('region', { name: 'Targets' })).toBeNull();
});

test('shows findings, packages and bill of materials of an image, and scans it', async () => {
  const server = aServerWithImages()
    .on(scanImage, () => aScan({ kind: 'image' }))
    .on(getScan, () => aScan());
  const { user, address } = renderApp('/images/img_1');
  expect(await screen.findByText('9 of 14 have a fixed version.')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'See the findings' }).getAttribute('href')).toBe(
    '/findings?provider=image&accountId=docker.io%2Flibrary%2Fnginx',
  );
  expect(await screen.findByRole('cell', { name: 'openssl' })).toBeTruthy();
  await user.type(screen.getByRole('searchbox'), 'zlib');
  expect(await screen.findByRole('cell', { name: 'zlib' })).toBeTruthy();
  const sbom = screen.getByRole('link', { name: /Bill of materials/ });
  expect(sbom.getAttribute('href')).toBe('/api/container-security/images/img_1/sbom');
  await user.click(screen.getByRole('button', { name: 'Scan now' }));
  await waitFor(() => expect(address()).toBe('/scans/scan_1'));
  expect(server.requests.some(({ path }) => path.endsWith('/img_1/scan'))).toBe(true);
});

test('adds and removes an image', async () => {
  const server = aServerWithImages()
    .on(addImage, () => image)
    .on(deleteImage, ({ params }) => ({ id: params.imageId }));
  const { user, address } = renderApp('/images');
  await user.click(await screen.findByRole('button', { name: 'Add an image' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Add an image' }));
  await user.click(dialog.getByRole('button', { name: 'Add' }));
  expect(dialog.getByText('This field is required')).toBeTruthy();
  await user.type(dialog.getByRole('textbox', { name: /^Image/ }), ' nginx:1.27 ');
  await user.click(dialog.getByRole('button', { name: 'Add' }));
  await waitFor(() => expect(address()).toBe('/images/img_1'));
  expect(server.requests.find(({ method }) => method === 'POST')?.body).toEqual({
    reference: 'nginx:1.27',
  });
  await user.click(await screen.findByRole('button', { name: 'Remove' }));
  const confirm = within(await screen.findByRole('dialog'));
  await user.click(confirm.getByRole('button', { name: 'Remove' }));
  await waitFor(() => expect(address()).toBe('/images'));
});

const target: InventoryTarget = {
  ...inventoried,
  id: 'tgt_1',
  kind: 'web',
  name: 'Shop',
  url: 'https://shop.example/',
  hosts: [],
  isOwn: true,
  lastScan: { ...lastScan, status: 'failed', problem: 'no host responded' },
  findings: {
    open: 3,
    bySeverity: { ...noneBySeverity(), medium: 3 },
    filter: { provider: 'web', accountId: ['https://shop.example'] },
  },
};

test('links targets to their findings and to a scan of their address', async () => {
  const server = aServer()
    .on(listTargets, () => ({ items: [target], nextCursor: null }))
    .on(addTarget, () => target);
  const { user } = renderApp('/targets');
  const row = within(await screen.findByRole('listitem', { name: 'Shop' }));
  expect(row.getByText('no host responded')).toBeTruthy();
  expect(row.getByText('Own')).toBeTruthy();
  expect(row.getByRole('link', { name: '3 findings' }).getAttribute('href')).toContain(
    'provider=web',
  );
  expect(row.getByRole('link', { name: 'Scan Shop' }).getAttribute('href')).toBe(
    '/scans/new?kind=web&target=https:%2F%2Fshop.example%2F',
  );
  await user.click(screen.getByRole('button', { name: 'Add a target' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Add a target' }));
  await user.click(dialog.getByRole('radio', { name: 'Network hosts' }));
  await user.type(dialog.getByRole('textbox', { name: /^Hosts/ }), '192.0.2.1, a.example');
  await user.click(dialog.getByRole('button', { name: 'Add' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.requests.find(({ method }) => method === 'POST')?.body).toEqual({
    kind: 'network',
    hosts: ['192.0.2.1', 'a.example'],
  });
});

test('offers neither adding nor scanning to users without permission', async () => {
  aServerWithImages(aMeWithout('scans:run')).on(listTargets, () => ({
    items: [target],
    nextCursor: null,
  }));
  const { user } = renderApp('/images/img_1');
  await screen.findByText('9 of 14 have a fixed version.');
  expect(screen.queryByRole('button', { name: /Scan|Remove/ })).toBeNull();
  await user.click(screen.getByRole('link', { name: 'Web and network' }));
  await screen.findByRole('listitem', { name: 'Shop' });
  expect(screen.queryByRole('button', { name: /Add|Remove/ })).toBeNull();
});

test('shows the open ports of a network on request, findings or not', async () => {
  const seen = {
    address: '192.0.2.1',
    protocol: 'tcp',
    encrypted: false,
    version: null,
    seenAt: at,
  };
  const ports = [
    { ...seen, port: 23, service: 'telnet', product: null, isFinding: true },
    { ...seen, port: 443, service: 'https', product: 'nginx', isFinding: false },
  ];
  const host = { importId: 'imp_1', scanId: null, seenAt: at, isCut: false };
  const network = { ...target, kind: 'network' as const, name: 'Core', url: null };
  aServer()
    .on(listTargets, () => ({
      items: [
        {
          ...network,
          hosts: ['db.example'],
          addedBy: 'import' as const,
          lastScan: null,
          lastImport: { importId: 'imp_1', at },
        },
      ],
      nextCursor: null,
    }))
    .on(listTargetPorts, ({ params }) => ({
      items: [{ ...host, host: params.targetId, ports }],
      nextCursor: null,
    }));
  const { user } = renderApp('/targets');
  const row = within(await screen.findByRole('listitem', { name: 'Core' }));
  expect(row.getByText(/^Report imported/)).toBeTruthy();
  await user.click(row.getByRole('button', { name: 'Open ports of Core' }));
  const table = within(await row.findByRole('region', { name: 'Open ports' }));
  const [, telnet, https] = table.getAllByRole('row');
  expect(telnet?.textContent).toContain('23/tcptelnetFinding');
  expect(https?.textContent).toContain('443/tcphttpsnginxno');
});
