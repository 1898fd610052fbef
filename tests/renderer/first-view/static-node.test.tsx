import { expect, test } from 'vitest';
import { appendNode } from '../../../renderer/first-view/static-node.ts';

test('puts elements, text, lists, fragments and components without hooks into the page', () => {
  const box = document.createElement('div');
  const Word = ({ text }: { readonly text: string }) => <b title="why">{text}</b>;
  appendNode(
    box,
    <>
      <i className="mono" style={{ left: '3px' }}>
        {7} {'px'}
      </i>
      {['a', null, false].map((text) => text)}
      <Word text="word" />
    </>,
  );
  expect(box.innerHTML).toBe('<i class="mono" style="left: 3px;">7 px</i>a<b title="why">word</b>');
});
