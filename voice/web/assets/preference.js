/** What this browser remembers of the reader's taste. Where storage is forbidden, nothing is remembered. */

export function remembered(name, otherwise) {
  try {
    return localStorage.getItem(`kefu.${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`kefu.${name}`, value);
  } catch {
    // Private windows and strict settings refuse; the page works without.
  }
}
