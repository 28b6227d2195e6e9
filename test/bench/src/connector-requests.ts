/** Creates a connector by a worker's REST API, ours or the JVM's. @throws Error with the answer if it is refused */
export async function createConnector(url: string, name: string, config: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(`${url}/connectors`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, config }),
  });
  if (!response.ok) throw new Error(`creating ${name}: ${await response.text()}`);
  await response.arrayBuffer();
}

/** Deletes a connector. @throws Error with the answer if it is refused */
export async function deleteConnector(url: string, name: string): Promise<void> {
  const response = await fetch(`${url}/connectors/${name}`, { method: 'DELETE' });
  if (!response.ok) throw new Error(`deleting ${name}: ${await response.text()}`);
}
