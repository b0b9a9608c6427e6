import { MantineProvider } from '@mantine/core';
import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Prose } from './Prose.js';

function show(text: string) {
  return render(
    <MantineProvider env="test">
      <Prose text={text} />
    </MantineProvider>,
  ).container;
}

test('lists, code, bold and links become elements', () => {
  const container = show('1. First\n2. **Second**\n\nRun `ls`, see [docs](https://a.example/b).');
  expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    'First',
    'Second',
  ]);
  expect(container.querySelector('strong')?.textContent).toBe('Second');
  expect(container.querySelector('code')?.textContent).toBe('ls');
  expect(screen.getByRole('link', { name: 'docs' }).getAttribute('href')).toBe(
    'https://a.example/b',
  );
});

test('markup and script links stay text', () => {
  const text = '<img src=x onerror=alert(1)> [press](javascript:alert(1))';
  const container = show(text);
  expect(container.querySelector('img')).toBeNull();
  expect(screen.queryByRole('link')).toBeNull();
  expect(container.textContent).toContain(text);
});

test('shows every one of several equal lines', () => {
  const container = show('again\nagain\n\n- same\n- same');
  expect(container.textContent).toContain('againagain');
  expect(screen.getAllByRole('listitem')).toHaveLength(2);
});
