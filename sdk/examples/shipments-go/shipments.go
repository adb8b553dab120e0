package plugin

import (
	"fmt"
	"time"

	types "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_insight_types"
)

// Shipment is a shipment as the backend tells it.
type Shipment struct {
	ID       string    `json:"id"`
	Goods    string    `json:"goods"`
	Place    string    `json:"place"`
	SeenAt   time.Time `json:"seenAt"`
	DueAt    time.Time `json:"dueAt"`
	Arrived  bool      `json:"arrived"`
	Expected time.Time `json:"expectedAt"`
}

// Delay returns the whole days by which a shipment arrives too late; 0 if it does not.
func (shipment Shipment) Delay() int {
	return max(0, int(shipment.Expected.Sub(shipment.DueAt).Hours()/24))
}

// Sentence says where the shipment is.
func (shipment Shipment) Sentence() string {
	day := shipment.Expected.UTC().Format("January 2")
	switch days := shipment.Delay(); {
	case shipment.Arrived:
		return fmt.Sprintf("%s has arrived in %s.", shipment.Goods, shipment.Place)
	case days == 0:
		return fmt.Sprintf("%s is in %s and arrives on %s, as agreed.", shipment.Goods, shipment.Place, day)
	case days == 1:
		return fmt.Sprintf("%s is in %s and arrives on %s, a day late.", shipment.Goods, shipment.Place, day)
	default:
		return fmt.Sprintf("%s is in %s and arrives on %s, %d days late.", shipment.Goods, shipment.Place, day, days)
	}
}

// URL returns the page of the shipment in the application.
func (shipment Shipment) URL() string {
	return "https://track.fabrikam.example/" + shipment.ID
}

// shipmentsTo returns the shipments to an account, in the order of the backend; none for records that are no accounts.
func shipmentsTo(context types.CallContext, record types.CrmRecord) ([]Shipment, error) {
	if record.RecordType != "account" {
		return nil, nil
	}
	return cached(context, "shipments:"+record.RecordId, func() ([]Shipment, error) {
		return fetchShipments(context, record.RecordId)
	})
}
