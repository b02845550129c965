// A real issuer: oidc-provider, with one client, which gets access tokens as JWTs (RFC 9068).
//   node issuer.mjs PORT ALGORITHM        ALGORITHM: RS256, ES256 or EdDSA
import { generateKeyPair, exportJWK } from 'jose';
import Provider from 'oidc-provider';

const [port, alg] = process.argv.slice(2);
const { privateKey } = await generateKeyPair(alg, { extractable: true });
const key = { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `${alg}-${process.pid}` };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'raindance', client_secret: 'a-secret-of-the-issuer-for-raindance', grant_types: ['client_credentials'],
    redirect_uris: [], response_types: [], id_token_signed_response_alg: alg,
  }],
  enabledJWA: { idTokenSigningAlgValues: [alg] },
  extraTokenClaims: () => ({ municipality: '0580' }),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:utfall',
      getResourceServerInfo: () => ({
        scope: '', audience: 'utfall', accessTokenTTL: 300, accessTokenFormat: 'jwt', jwt: { sign: { alg } },
      }),
    },
  },
  jwks: { keys: [key] },
});

provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
