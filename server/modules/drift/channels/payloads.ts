import { headOf, type Message, plainText } from '../routing/message.js';

/** What an incoming webhook of Slack takes: text for notifications, blocks for the channel. */
export function slackPayload(message: Message): object {
  const blocks = message.lines.map((line) => ({
    type: 'section',
    text: {
      type: 'mrkdwn',
      text: cut(
        `*${slackText(headOf(line))}* · ${line.severity}\n*${slackText(line.title)}*${line.from && line.to ? `  ${slackText(line.from)} → ${slackText(line.to)}` : ''}\n${slackText(line.text)}`,
        2_900,
      ),
    },
  }));
  const more = message.total - message.lines.length;
  const rest = { type: 'context', elements: [{ type: 'mrkdwn', text: `and ${more} more` }] };
  return {
    text: slackText(message.subject),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(message.subject, 150) } },
      ...blocks,
      ...(more > 0 ? [rest] : []),
    ],
  };
}

/** What a workflow of Microsoft Teams takes: a message with one adaptive card. */
export function teamsPayload(message: Message): object {
  const text = (value: string, more: object = {}) => ({
    ...{ type: 'TextBlock', text: cut(unlinked(value), 2_000), wrap: true },
    ...more,
  });
  const body = message.lines.flatMap((line) => [
    text(`${headOf(line)} · ${line.severity}`, { weight: 'Bolder', separator: true }),
    text(`${line.title}${line.from && line.to ? ` (${line.from} → ${line.to})` : ''}`),
    text(line.text, { isSubtle: true, spacing: 'Small' }),
  ]);
  const more = message.total - message.lines.length;
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          fallbackText: unlinked(plainText(message)).slice(0, 2_000),
          body: [
            text(message.subject, { size: 'Large', weight: 'Bolder' }),
            ...body,
            ...(more > 0 ? [text(`and ${more} more`)] : []),
          ],
        },
      },
    ],
  };
}

/** What our own webhook sends: `type`, `timestamp` and `data`, as Standard Webhooks recommends. */
export function webhookPayload(message: Message, teamId: string): object {
  const { kind, at, ...data } = message;
  return { type: `drift.${kind}`, timestamp: at, data: { teamId, ...data } };
}

/** Cards read Markdown: what a report says must not become a link that says something else than where it leads. */
function unlinked(text: string): string {
  return text.replaceAll('](', '] (');
}

/** Slack reads `&`, `<` and `>` as marks of its own; nothing of a report may become a link or a mention. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
