export {
  type AddressDecision,
  type DeclaredOwn,
  decideAddresses,
  isLoopback,
} from './address-policy.js';
export { folderOf } from './folder-path.js';
export { type Host, parseAddress, parseHost } from './host-name.js';
export { type ImageReference, imageOf, parseImageReference } from './image-reference.js';
export { KubernetesLogin, readKubeconfig, writeKubeconfig } from './kubeconfig.js';
export { MAX_HOSTS, type NetworkHosts, networkHostsOf } from './network-hosts.js';
export { pinnedHosts } from './pinned-hosts.js';
export { countPorts, parsePorts } from './port-list.js';
export { realFolderOf, sameFolderOf } from './real-folder.js';
export { fitting, refuse, requirePlain } from './refuse.js';
export { type RepositoryUrl, repositoryOf } from './repository-url.js';
export { hostText, parseWebUrl, type WebUrl, webUrlOf } from './web-url.js';
