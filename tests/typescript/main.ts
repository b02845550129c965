// The main job, typed: what does not fit the contract does not compile.
import createClient from 'openapi-fetch';
import type { paths } from './api';

export async function month(baseUrl: string, token: string): Promise<number | null | undefined> {
  const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
  const posted = await client.PUT('/municipalities/{municipalityCode}/outcomes/{period}/{source}', {
    params: { path: { municipalityCode: '0580', period: '2018-08', source: 'ledger' } },
    body: {
      basis: 'accumulated', amountUnit: 'kr', signConvention: 'debit-positive',
      entries: [{ account: '4551', unit: '3102', activity: 'HVBU', amount: 65251000 }],
    },
  });
  if (posted.error) throw new Error(posted.error.detail);
  // @ts-expect-error: a unit that there is not
  void client.GET('/municipalities/{municipalityCode}/reports/operating-summary', { params: { path: { municipalityCode: '0580' }, query: { amountUnit: 'euro' } } });
  const summary = await client.GET('/municipalities/{municipalityCode}/reports/operating-summary', {
    params: { path: { municipalityCode: '0580' }, query: { committee: 'SN', period: '2018-08', by: 'activity', amountUnit: 'tkr' } },
  });
  if (summary.error) throw new Error(summary.error.detail);
  // It is offered as CSV too.
  if (typeof summary.data === 'string') throw new Error('no JSON');
  return summary.data.total.values.outcome;
}
