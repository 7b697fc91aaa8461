import type { MigrationInterface, QueryRunner } from 'typeorm';

export class OutboxSurvey1790810000000 implements MigrationInterface {
  name = 'OutboxSurvey1790810000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The worker asks these before it knows a partner. They tell partners and numbers only, and each message is claimed in its partner's
      -- context. Settings keep the walk on the index: statistics of a queue are often out of date.
      create function due_outbox_partners(at timestamptz, kinds text[])
        returns table (partner_id uuid, due_since timestamptz)
        language sql stable security definer set search_path = public, pg_temp set enable_seqscan = off set enable_bitmapscan = off
        as $$
          -- One step in the index for each partner, not for each message.
          with recursive waiting as (
            (select message.partner_id from outbox_message message where message.state = 'WAITING' order by message.partner_id limit 1)
            union all
            select next.partner_id from waiting cross join lateral (
              select message.partner_id from outbox_message message
              where message.state = 'WAITING' and message.partner_id > waiting.partner_id order by message.partner_id limit 1) next)
          select waiting.partner_id, due.not_before from waiting cross join lateral (
            select message.not_before from outbox_message message
            where message.state = 'WAITING' and message.partner_id = waiting.partner_id and message.not_before <= at
              and message.kind = any (kinds) and (message.claimed_until is null or message.claimed_until < statement_timestamp())
            order by message.not_before limit 1) due
          order by due.not_before, waiting.partner_id $$;
      create function outbox_depth(at timestamptz)
        returns table (due bigint, later bigint, oldest_due timestamptz)
        language sql stable security definer set search_path = public, pg_temp
        as $$
          select count(*) filter (where message.not_before <= at), count(*) filter (where message.not_before > at),
            min(message.not_before) filter (where message.not_before <= at)
          from outbox_message message where message.state = 'WAITING' $$;
      revoke all on function due_outbox_partners(timestamptz, text[]), outbox_depth(timestamptz) from public;
      grant execute on function due_outbox_partners(timestamptz, text[]), outbox_depth(timestamptz) to renewals_serving;
      do $$ begin
        execute format('create policy outbox_message_survey on outbox_message for select to %I using (state = ''WAITING'')', current_user);
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop policy outbox_message_survey on outbox_message;
      drop function due_outbox_partners(timestamptz, text[]), outbox_depth(timestamptz)`);
  }
}
