import { Anchor, Code } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import classes from './Prose.module.css';

/**
 * Text of tools, which may be Markdown: paragraphs, headings, lists, code, bold and links become
 * elements, everything else stays text. No other markup can come from it.
 */
export function Prose({ text }: { text: string }) {
  const blocks = text.replaceAll('\r\n', '\n').split(/(```[\s\S]*?(?:```|$))|\n{2,}/);
  const shown = blocks.flatMap((block: string | undefined) => (block?.trim() ? block : []));
  return (
    <div className={classes.prose}>
      {numbered(shown).map(({ key, part }) => (
        <Block key={key} text={part} />
      ))}
    </div>
  );
}

/** Parts of a fixed text are identified by their position. */
function numbered(parts: readonly string[]) {
  return parts.map((part, key) => ({ key, part }));
}

const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+/;

function Block({ text }: { text: string }) {
  if (text.startsWith('```')) {
    return (
      <Code block tabIndex={0}>
        {text.replace(/^```[^\n]*\n?/, '').replace(/\n?```$/, '')}
      </Code>
    );
  }
  const lines = text.split('\n').filter((line) => line.trim());
  if (lines.length > 0 && lines.every((line) => ITEM.test(line))) {
    const Tag = /^\s*\d/.test(lines[0] ?? '') ? 'ol' : 'ul';
    return (
      <Tag>
        {numbered(lines).map(({ key, part }) => (
          <li key={key}>{inline(part.replace(ITEM, ''))}</li>
        ))}
      </Tag>
    );
  }
  return (
    <p>
      {numbered(lines).map(({ key, part }) => {
        const heading = /^#{1,6}\s(.*)$/.exec(part);
        return (
          <Fragment key={key}>
            {key > 0 && <br />}
            {heading ? (
              <strong>{heading[1]?.trimStart()}</strong>
            ) : (
              inline(part.replace(ITEM, '• '))
            )}
          </Fragment>
        );
      })}
    </p>
  );
}

const INLINE =
  /(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]{1,500}\]\(https?:\/\/[^\s)]+\)|https?:\/\/[^\s)>\]]+)/;

function inline(text: string): ReactNode[] {
  return numbered(text.split(INLINE)).map(({ key, part }) => {
    if (part.startsWith('`') && part.length > 2) return <Code key={key}>{part.slice(1, -1)}</Code>;
    if (part.startsWith('**') && part.length > 4)
      return <strong key={key}>{part.slice(2, -2)}</strong>;
    const link = /^\[([^\]]+)\]\((https?:[^)]+)\)$/.exec(part);
    if (link) return <ExternalLink key={key} href={link[2] ?? ''} text={link[1] ?? ''} />;
    if (/^https?:\/\//.test(part)) return <ExternalLink key={key} href={part} text={part} />;
    return part;
  });
}

function ExternalLink({ href, text }: { href: string; text: string }) {
  return (
    <Anchor href={href} target="_blank" rel="noreferrer noopener" inherit underline="always">
      {text}
    </Anchor>
  );
}
