import { headOf, type Message, plainText } from '../routing/message.js';

/** The format of Slack's incoming webhooks: text for notifications, blocks for the channel. */
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

/** The format of a Microsoft Teams workflow: a message with one adaptive card. */
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

/** The format of our webhooks: `type`, `timestamp` and `data`, as Standard Webhooks recommends. */
export function webhookPayload(message: Message, teamId: string): object {
  const { kind, at, ...data } = message;
  return { type: `drift.${kind}`, timestamp: at, data: { teamId, ...data } };
}

/** Cards render Markdown: text from a report must not become a link. */
function unlinked(text: string): string {
  return text.replaceAll('](', '] (');
}

/** Slack interprets `&`, `<` and `>`: text from a report must not become a link or a mention. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
