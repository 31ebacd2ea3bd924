/** 원화 금액을 화면에 보일 문자열로 바꾼다. */
export function formatAmount(amount: number): string {
  return `${amount.toLocaleString("ko-KR")}원`;
}
