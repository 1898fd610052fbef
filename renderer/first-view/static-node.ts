/** Puts what a component would show into the page once, without React's renderer, which is larger than all the rest of the
 *  first view. For components without hooks: what they return is elements, text and more such components. */
import { Fragment, isValidElement, type ReactNode } from 'react';

interface Props {
  readonly className?: string;
  readonly title?: string;
  readonly style?: Readonly<Record<string, string>>;
  readonly children?: ReactNode;
}

export function appendNode(parent: Element, node: ReactNode): void {
  if (typeof node === 'string' || typeof node === 'number') parent.append(String(node));
  else if (Array.isArray(node)) for (const each of node) appendNode(parent, each);
  else if (isValidElement<Props>(node)) appendElement(parent, node.type, node.props);
}

function appendElement(parent: Element, type: unknown, props: Props): void {
  if (typeof type === 'function') {
    appendNode(parent, type(props) as ReactNode);
  } else if (type === Fragment) {
    appendNode(parent, props.children);
  } else if (typeof type === 'string') {
    const element = parent.ownerDocument.createElement(type);
    if (props.className !== undefined) element.className = props.className;
    if (props.title !== undefined) element.title = props.title;
    Object.assign(element.style, props.style);
    appendNode(element, props.children);
    parent.append(element);
  }
}
