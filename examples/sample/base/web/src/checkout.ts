import { PaymentClient } from "./client";
import { formatAmount } from "./money";

const client = new PaymentClient("/api");

// 결제 버튼을 누르면 호출된다.
export async function checkout(account: string, amount: number): Promise<string> {
  const receipt = await client.transfer(account, "990-01", amount);
  return `${formatAmount(amount)} (${receipt.id})`;
}
