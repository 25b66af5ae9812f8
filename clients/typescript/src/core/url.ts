/** The members of an object as query parameters; a list is repeated, what is undefined or null is left out. */
export function queryOf(parameters: object | undefined): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null)
        query.append(name, String(one));
    }
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/**
 * A path with ids in it: <code>path`/api/order/${id}`</code>. An id stays one segment whatever is in it; what would make it
 * another path even so is refused.
 */
export function path(parts: TemplateStringsArray, ...ids: (string | number)[]): string {
  return parts.reduce((text, part, i) => {
    const id = String(ids[i - 1]);
    if (id === '' || id === '.' || id === '..')
      throw new TypeError(`"${id}" is no id.`);
    return text + encodeURIComponent(id) + part;
  });
}

/** Where a product is; a `/api` at its end is part of every path and dropped here. */
export function rootOf(baseURL: string): string {
  const url = new URL(baseURL);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError(`A baseURL begins with http:// or https://, unlike "${baseURL}".`);
  return (url.origin + url.pathname).replace(/\/+$/, '').replace(/\/api$/, '');
}
