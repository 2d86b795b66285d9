/** The settings with which any SDK client reaches the local AWS as an account: there, an account's id is its access key. */
export function clientConfig(endpoint: string, account: string, region: string) {
  return { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } };
}
