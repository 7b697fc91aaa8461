import { expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestData } from '../../testing/test-data.ts';
import { startTestServer } from '../../testing/test-server.ts';

const today = '2026-11-22';

test('a refused request whose client leaves before the answer is not carried out', async () => {
  const server = await startTestServer({ businessDate: today, config: { costBucket: 0, costRestorePerSecond: 1 } });
  const acme = await TestData.of(server.database.pool, { name: 'Acme', passedThrough: today });
  const customerId = await acme.customer({ name: 'Refused' });
  const token = await server.createToken(acme.partnerId, 'ADMIN');
  const body = JSON.stringify({
    query: `mutation { setCommunicationOwner(input: { customerId: "cus_${customerId}", owner: PARTNER }) { userErrors { message } } }`,
  });
  // Refusals beyond a hundred wait; the reset tells the server that the client has gone.
  const leave = async (authorization: string) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => {});
    let answer = '';
    socket.on('data', (part) => (answer += part.toString()));
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await sleep(600);
    socket.resetAndDestroy();
    return answer.slice(0, 12);
  };
  for (const [authorization, refusal] of [
    [`Bearer ${token}`, '429'],
    ['Bearer nonsense', '401'],
  ] as const) {
    const answers = await Promise.all(Array.from({ length: 250 }, () => leave(authorization)));
    expect(answers).toContain('');
    expect(new Set([...answers, `HTTP/1.1 ${refusal}`])).toEqual(new Set(['', `HTTP/1.1 ${refusal}`]));
  }
  await sleep(1_500);
  expect(server.log.filter(({ msg }) => msg === 'request failed')).toEqual([]);
  const owners = await server.database.superuserPool.query(
    'select communication_owner as owner from customer_association where customer_id = $1',
    [customerId],
  );
  expect(owners.rows).toEqual([{ owner: null }]);
  await server.close();
});
