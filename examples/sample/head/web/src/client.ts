export interface Receipt {
  id: string;
  fee: number;
}

export class PaymentClient {
  constructor(private readonly base: string) {}

  async transfer(source: string, target: string, amount: number, memo: string): Promise<Receipt> {
    const response = await fetch(`${this.base}/transfers`, {
      method: "POST",
      body: JSON.stringify({ source, target, amount, memo }),
    });
    return response.json();
  }
}
