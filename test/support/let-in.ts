import type { Socket } from 'socket.io-client';

const MOST_TIMES = 5;

/**
 * Waits until the server has let the socket in. A connection that ends before is made anew, as front ends do by
 * themselves: a busy server closes those that it could not decide about in time.
 * @throws Error when it is refused, cannot be reached, or is closed again and again
 */
export async function untilLetIn(socket: Socket): Promise<void> {
  for (let times = 1; !socket.connected; times += 1) {
    const end = await nextEnd(socket);
    if (end === undefined) return;
    if (times === MOST_TIMES) throw new Error(`The server closed the socket ${times} times: ${end}`);
    socket.connect();
  }
}

/** @returns why the connection ended; undefined when the socket is let in */
async function nextEnd(socket: Socket): Promise<string | undefined> {
  const listening = new AbortController();
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      const listeners = {
        connect: () => resolve(undefined),
        disconnect: (reason: string) => resolve(reason),
        connect_error: reject,
      };
      for (const [event, listener] of Object.entries(listeners)) {
        socket.on(event, listener);
        listening.signal.addEventListener('abort', () => socket.off(event, listener));
      }
    });
  } finally {
    listening.abort();
  }
}
