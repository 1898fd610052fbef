/** Which slots of a split descriptor table belong to chains that the device holds. Tells loops and shared descriptors, and
 *  so bounds what all chains together can make the device walk by the size of the queue. Spec: 2.7.5.2, 2.7.6 */

export class SlotOwners {
  /** 0: free. Else the head of the chain that has the slot, plus 1. */
  private readonly owners: Uint16Array;
  /** The chain's next slot as it was when the chain was walked. */
  private readonly links: Uint16Array;

  constructor(size: number) {
    this.owners = new Uint16Array(size);
    this.links = new Uint16Array(size);
  }

  ownerOf(slot: number): number | undefined {
    const owner = this.owners[slot] ?? 0;
    return owner === 0 ? undefined : owner - 1;
  }

  /** Gives a free slot to the chain at `head`, behind its slot `previous` (the head itself: any value). */
  claim(head: number, previous: number, slot: number): void {
    this.owners[slot] = head + 1;
    if (slot !== head) this.links[previous] = slot;
  }

  /** Frees the first `slots` slots of the chain at `head`. */
  release(head: number, slots: number): void {
    let slot = head;
    for (let done = 0; done < slots; done++) {
      this.owners[slot] = 0;
      slot = this.links[slot] ?? 0;
    }
  }

  /** Heads of all chains held, in the order of their slots. */
  heads(): number[] {
    const heads: number[] = [];
    this.owners.forEach((owner, slot) => {
      if (owner === slot + 1) heads.push(slot);
    });
    return heads;
  }
}
