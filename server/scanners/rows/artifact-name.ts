import { cleanText } from './clean-text.js';

/** An image without tag and digest, such as `ghcr.io/owner/app`; any other artifact unchanged. */
export function repositoryOfArtifact(name: string, isImage: boolean): string {
  const text = cleanText(name, 600);
  if (!isImage) return text.replace(/(?<=[^/])\/+$|(?<=^\/)\/+$/, '');
  const bare = text.split('@')[0] ?? '';
  const colon = bare.lastIndexOf(':');
  const untagged = colon > bare.lastIndexOf('/') ? bare.slice(0, colon) : bare;
  const parts = untagged.split('/');
  const first = parts[0] ?? '';
  if (parts.length > 1 && (/[.:]/.test(first) || first === 'localhost')) {
    return untagged.replace(/^index\.docker\.io\//, 'docker.io/');
  }
  if (untagged === '' || /^(\/|\.)/.test(untagged) || /\.(tar|tgz|gz)$/.test(untagged))
    return untagged;
  return parts.length === 1 ? `docker.io/library/${untagged}` : `docker.io/${untagged}`;
}

/** Words in tags that name versions, variants and environments of one image, not services. */
const VERSION_WORDS = new Set(
  'latest stable edge nightly main master trunk develop development dev prod production staging stage test testing qa uat canary beta alpha rc snapshot release released lts current next preview mainline head build ci pr mr sha git commit branch tag version ver rev rel local debug nonroot root rootless alpine slim debian ubuntu fedora centos rocky alma ubi ubi8 ubi9 scratch distroless static base full fat minimal core jre jdk fpm apache perl windowsservercore nanoserver ltsc amd64 arm64 arm armv7 armhf x86 x64 linux musl glibc gpu cuda cpu openjdk temurin bookworm bullseye buster stretch trixie sid jammy noble focal bionic xenial otel hotfix patch feature fix bugfix final ga eol old new'.split(
    ' ',
  ),
);
const VERSION = /^(?:[vr]?\d|rc\d|(?=[0-9a-f]{7,40}$)[0-9a-f]*\d[0-9a-f]*$|[0-9a-f]{12,40}$)/i;

/**
 * The account of an image: its repository, whatever the version. Where tags name services
 * (`acme/shop:cart-1.2`), these are different images, so the service is part of it (`acme/shop:cart`). `tagged`:
 * another name of the same image, for one that is referred to by its digest.
 */
export function accountOfImage(name: string, tagged = ''): string {
  const repository = repositoryOfArtifact(name, true);
  const isSame = tagged !== '' && repositoryOfArtifact(tagged, true) === repository;
  const service = serviceOfTag(tagOf(name) || (isSame ? tagOf(tagged) : ''));
  return service === '' ? repository : `${repository}:${service}`;
}

function tagOf(name: string): string {
  const [last = ''] = name.replace(/^.*\//, '').split('@');
  return /:([\w.-]{1,128})$/.exec(last)?.[1] ?? '';
}

function serviceOfTag(tag: string): string {
  const words = tag.toLowerCase().split(/[-_.]/);
  const end = words.findIndex((word) => VERSION.test(word));
  const named = end < 0 ? words : words.slice(0, end);
  if (named.length === 0 || named.some((word) => VERSION_WORDS.has(word))) return '';
  return named.join('-');
}

/** Branches that stand for the repository itself. */
const DEFAULT_BRANCH = /^(?:HEAD|main|master|trunk|default)$/;

/** The account of a repository: its address without credentials and `.git`, with the branch unless it is the default one. */
export function accountOfRepository(address: string, ref: string): string {
  const ssh = /^(?:ssh:\/\/)?[\w.-]+@([\w.-]+)[:/](?!\d+\/)(.+)$/.exec(address.trim());
  const url = (ssh ? `https://${ssh[1]}/${ssh[2]}` : address.trim())
    .replace(/^([a-z][\w+.-]*:\/\/)[^/@]*@/i, '$1')
    .replace(/(?<!\/)\/+$/, '')
    .replace(/\.git$/, '');
  return withRef(url, ref);
}

/** An account with its branch, where that is not the default one. */
export function withRef(account: string, ref: string): string {
  const branch = ref.trim().replace(/^refs\/(?:heads|tags)\//, '');
  return branch === '' || DEFAULT_BRANCH.test(branch) ? account : `${account}#${branch}`;
}
