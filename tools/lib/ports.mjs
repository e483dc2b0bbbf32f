import net from 'node:net';

/**
 * @param {number} port 0 for any
 * @param {string} [host]
 * @returns {Promise<number | null>} the port, if one can listen there now
 */
export function tryPort(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(null));
    server.listen(port, host, () => {
      const { port: got } = server.address();
      server.close(() => resolve(got));
    });
  });
}

/**
 * @param {number} [preferred] taken when it is free
 * @returns {Promise<number>} a TCP port on 127.0.0.1 that nobody listens on at this moment
 */
export async function freePort(preferred) {
  const port = preferred ? await tryPort(preferred) : null;
  return port ?? (await tryPort(0));
}

/**
 * Whether a server may listen on a port on every address, as the API does.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export async function isPortFree(port) {
  // Two tries: a listener on 127.0.0.1 alone does not disturb one on every address, and the other way round.
  const everywhere = await tryPort(port, undefined);
  return everywhere !== null && (await tryPort(port, '127.0.0.1')) !== null;
}
