package plugin

import (
	"fmt"
	"strings"

	types "contoso.example/my-plugin/build/bindings/insight_provider_insight_types"
)

// Order is an order of an account.
type Order struct {
	Number   int
	PlacedAt string
	Status   string
}

// Title returns the name of the order.
func (order Order) Title() string {
	return fmt.Sprintf("Order %d", order.Number)
}

// Sentence returns a sentence about the order.
func (order Order) Sentence() string {
	return fmt.Sprintf("Order %d of %s is %s.", order.Number, order.PlacedAt[:10], order.Status)
}

// URL returns the page of the order in the application.
func (order Order) URL() string {
	return fmt.Sprintf("https://contoso.example/orders/%d", order.Number)
}

// Properties returns the details to show.
func (order Order) Properties() []types.Property {
	return []types.Property{{Name: "Status", Value: order.Status}}
}

const (
	accountID   = "42"
	accountName = "Fourth Coffee"
)

// The orders that the plugin tells of, the latest first. Replace them by calls to your backend, with the functions in
// build/bindings/insight_provider_http_client.
var orders = []Order{
	{1003, "2026-05-12T08:30:00Z", "on its way"},
	{1002, "2026-03-02T15:00:00Z", "delivered"},
	{1001, "2025-11-20T10:15:00Z", "delivered"},
}

// ordersOf returns the orders of an account, and whether the account is known; none for records that are no accounts.
func ordersOf(record types.CrmRecord) ([]Order, bool) {
	switch {
	case record.RecordType != "account":
		return nil, true
	case record.RecordId == accountID:
		return orders, true
	default:
		return nil, false
	}
}

// ordersByName returns the orders of the account of this name, if there is one.
func ordersByName(name string) []Order {
	if strings.EqualFold(name, accountName) {
		return orders
	}
	return nil
}

// page returns the orders that a request wants, and whether there are more behind them.
func page(all []Order, skip, top uint32) ([]Order, bool) {
	start := min(int(skip), len(all))
	end := min(start+int(top), len(all))
	return all[start:end], end < len(all)
}
