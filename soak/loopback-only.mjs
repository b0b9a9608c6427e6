// Given to Node by --import: the process reaches addresses of this machine only, and resolves no names. A server
// that gets generated requests would otherwise scan and notify whatever they name.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const isOwn = (host) => host === undefined || /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host);

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function connectToOwn(...args) {
  // Node's own callers pass their arguments as one list.
  const [options, host] = Array.isArray(args[0]) ? args[0] : args;
  const wanted = typeof options === 'object' && options !== null ? options.host : host;
  if (isOwn(typeof wanted === 'string' ? wanted : undefined)) return connect.apply(this, args);
  const error = Object.assign(new Error('connect ENETUNREACH'), { code: 'ENETUNREACH' });
  process.nextTick(() => this.destroy(error));
  return this;
};

const { lookup } = dns;
const notFound = (name) =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND', hostname: name });
dns.lookup = (name, ...rest) => {
  if (isOwn(name) || net.isIP(name)) return lookup(name, ...rest);
  process.nextTick(rest.at(-1), notFound(name));
};
const resolved = dns.promises.lookup;
dns.promises.lookup = async (name, ...rest) => {
  if (isOwn(name) || net.isIP(name)) return resolved(name, ...rest);
  throw notFound(name);
};
syncBuiltinESMExports();
