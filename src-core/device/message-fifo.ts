/** First in, first out, without moving what is inside: the messages that wait on a stream. */

/** Grows with what is pushed; who pushes has the bound. */
export class MessageFifo<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  get count(): number {
    return this.items.length - this.head;
  }

  get first(): T | undefined {
    return this.items[this.head];
  }

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const first = this.items[this.head];
    this.items[this.head] = undefined;
    this.head++;
    if (this.head >= 64 && this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return first;
  }
}
