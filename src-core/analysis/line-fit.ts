/** A straight line through points that come one by one, with the error of its slope. Keeps sums only. */
export class LineFit {
  count = 0;
  spanNs = 0;
  private fromX = 0;
  private fromY = 0;
  private meanX = 0;
  private meanY = 0;
  private xx = 0;
  private xy = 0;
  private yy = 0;

  clear(): void {
    Object.assign(this, { count: 0, spanNs: 0, meanX: 0, meanY: 0, xx: 0, xy: 0, yy: 0 });
  }

  add(x: number, y: number): void {
    if (this.count === 0) [this.fromX, this.fromY] = [x, y];
    const [nearX, nearY] = [x - this.fromX, y - this.fromY]; // small numbers: no digits are lost
    this.count++;
    const offX = nearX - this.meanX;
    const offY = nearY - this.meanY;
    this.meanX += offX / this.count;
    this.meanY += offY / this.count;
    this.xx += offX * (nearX - this.meanX);
    this.xy += offX * (nearY - this.meanY);
    this.yy += offY * (nearY - this.meanY);
    this.spanNs = nearX;
  }

  line(): { slope: number; slopeError: number } {
    const slope = this.xx > 0 ? this.xy / this.xx : 0;
    const rest = Math.max(0, this.yy - slope * this.xy);
    const freedom = Math.max(1, this.count - 2);
    return { slope, slopeError: this.xx > 0 ? Math.sqrt(rest / freedom / this.xx) : Infinity };
  }
}
