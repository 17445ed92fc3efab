/** An item of a heap, with its place in it. */
export interface HeapItem<T> {
  readonly value: T;
  /** Index in the heap's array; -1 once it has left. */
  index: number;
}

/** A binary heap from which any item can leave. Adding and leaving take logarithmic time. */
export class Heap<T> {
  readonly #items: HeapItem<T>[] = [];
  readonly #comesBefore: (a: T, b: T) => boolean;

  /** `comesBefore` orders the items strictly: of two, one comes first. */
  constructor(comesBefore: (a: T, b: T) => boolean) {
    this.#comesBefore = comesBefore;
  }

  get first(): T | undefined {
    return this.#items[0]?.value;
  }

  add(value: T): HeapItem<T> {
    const item = { value, index: this.#items.length };
    this.#items.push(item);
    this.#rise(item);
    return item;
  }

  /** Takes an item out; nothing happens if it has left already. */
  remove(item: HeapItem<T>): void {
    const { index } = item;
    const last = this.#items.at(-1);
    if (index < 0 || last === undefined) return;
    this.#items.pop();
    item.index = -1;
    if (last === item) return;
    this.#put(last, index);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(item: HeapItem<T>): void {
    while (item.index > 0) {
      const parent = this.#items[(item.index - 1) >> 1];
      if (parent === undefined || !this.#comesBefore(item.value, parent.value)) return;
      this.#swap(item, parent);
    }
  }

  #sink(item: HeapItem<T>): void {
    for (;;) {
      const left = this.#items[2 * item.index + 1];
      const right = this.#items[2 * item.index + 2];
      if (left === undefined) return;
      const child = right !== undefined && this.#comesBefore(right.value, left.value) ? right : left;
      if (!this.#comesBefore(child.value, item.value)) return;
      this.#swap(child, item);
    }
  }

  #swap(a: HeapItem<T>, b: HeapItem<T>): void {
    const { index } = a;
    this.#put(a, b.index);
    this.#put(b, index);
  }

  #put(item: HeapItem<T>, index: number): void {
    this.#items[index] = item;
    item.index = index;
  }
}
