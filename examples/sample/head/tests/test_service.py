from payments.channels import SmsChannel
from payments.money import format_won
from payments.service import PaymentService


def test_a_transfer_books_both_sides():
    service = PaymentService(SmsChannel())
    assert service.transfer("110-01", "220-02", 1_200_000) == 1_200
    assert service.ledger.balance("220-02") == 1_200_000


def test_amounts_are_grouped():
    assert format_won(1_200_000) == "1,200,000원"
