// The bearer token of this window or device: taken from the address's fragment once, then kept by the browser.

const FRAGMENT = /^#(?:.*&)?token=([^&]+)/;

/**
 * Where a token is kept. The operators' console keeps it per tab (sessionStorage); an officer's device keeps it
 * (localStorage), because taps that wait in the outbox must still be delivered after the app was closed.
 */
export class TokenKeeper {
  #storage: Storage;
  #key: string;

  constructor(storage: Storage, key: string) {
    this.#storage = storage;
    this.#key = key;
  }

  /** Takes `#token=…` out of the address, so that it is neither shown nor kept in the history. */
  takeFromAddress(location: Location, history: History): void {
    const found = FRAGMENT.exec(location.hash);
    if (!found?.[1]) return;
    this.set(decodeURIComponent(found[1]));
    history.replaceState(null, "", location.pathname + location.search);
  }

  get(): string {
    return this.#storage.getItem(this.#key) ?? "";
  }

  set(token: string): void {
    this.#storage.setItem(this.#key, token);
  }

  clear(): void {
    this.#storage.removeItem(this.#key);
  }
}
