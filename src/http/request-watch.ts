import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * Watches over a request that was just made, and tells whether it has surely not got through to whom it is for: before its
 * connection was there, TLS included, nothing is sent; and an end without a byte of an answer on a connection that was kept
 * comes of its having been closed meanwhile, by a balancer or a proxy.
 */
export class RequestWatch {
  readonly #request: ClientRequest;
  #socket: Socket | undefined;
  #isConnected = false;
  #heard = 0;

  /** `onConnected` is called once the connection is there. */
  constructor(request: ClientRequest, onConnected: () => void) {
    this.#request = request;
    const connected = () => {
      this.#isConnected = true;
      onConnected();
    };
    request.once('socket', (socket) => {
      this.#socket = socket;
      this.#heard = socket.bytesRead;
      if (request.reusedSocket) connected();
      else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', connected);
    });
  }

  /** Asked once the request has failed. */
  get isUnsent(): boolean {
    if (!this.#isConnected) return true;
    return this.#request.reusedSocket && this.#socket?.bytesRead === this.#heard;
  }
}
