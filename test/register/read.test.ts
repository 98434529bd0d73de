import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { read, shared } from '../../register/read';
import { startRegister, type TestRegister } from '../support/stack';

let register: TestRegister;
let pool: Pool;

beforeAll(async () => {
  register = await startRegister();
  pool = new Pool({ connectionString: register.databaseUrl });
  await pool.query('CREATE TABLE told (n int)');
  await pool.query('INSERT INTO told VALUES (0)');
});
afterAll(async () => {
  await pool?.end();
  await register?.stop();
});

const SLOWLY = `SELECT n FROM told, pg_sleep($1)`;

describe('many who ask the same at once', () => {
  test('are answered by two questions at most', async () => {
    let found = 0;
    const ask = (): Promise<number> =>
      shared(pool, 'count', async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return (found += 1);
      });
    const answers = await Promise.all(Array.from({ length: 50 }, ask));
    expect(answers.filter((answer) => answer === 1)).toHaveLength(1);
    expect(answers.filter((answer) => answer === 2)).toHaveLength(49);
    expect(await ask()).toBe(3);
  });

  test('are never told less than what was true when they asked', async () => {
    const first = read<{ n: number }>(pool, SLOWLY, [0.2]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await pool.query('UPDATE told SET n = 1');
    const later = await Promise.all([1, 2, 3].map(() => read<{ n: number }>(pool, SLOWLY, [0.2])));
    expect((await first)[0]?.n).toBe(0);
    expect(later.map(([row]) => row?.n)).toEqual([1, 1, 1]);
  });

  test('with other values are other questions', async () => {
    const sums = await Promise.all([1, 2].map((n) => read<{ sum: number }>(pool, 'SELECT $1::int + 1 AS sum', [n])));
    expect(sums.map(([row]) => row?.sum)).toEqual([2, 3]);
  });

  test('are all told of a failure, and whoever asks next is asked anew', async () => {
    const wrong = (): Promise<unknown> => read(pool, 'SELECT nothing FROM nowhere');
    const answers = await Promise.allSettled([wrong(), wrong(), wrong()]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(wrong()).rejects.toThrow('nowhere');
    expect((await read<{ n: number }>(pool, 'SELECT n FROM told'))[0]?.n).toBe(1);
  });

  test('within a transaction are asked there, and see what it has written', async () => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('UPDATE told SET n = 9');
      const [inside, outside] = await Promise.all([
        read<{ n: number }>(client, 'SELECT n FROM told'),
        read<{ n: number }>(pool, 'SELECT n FROM told'),
      ]);
      expect([inside[0]?.n, outside[0]?.n]).toEqual([9, 1]);
      await client.query('ROLLBACK');
    } finally {
      client.release();
    }
  });
});
