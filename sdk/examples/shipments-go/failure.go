package plugin

import (
	"errors"
	"fmt"

	types "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_insight_types"
	wit "fabrikam.example/fabrikam-freight/build/bindings/wit/types"
)

// failure is a failure of the interface as an error of Go.
type failure struct{ types.Failure }

func (failure failure) Error() string {
	return fmt.Sprintf("failure %d", failure.Tag())
}

func failed(reason string) error {
	return failure{types.MakeFailureFailed(reason)}
}

func unavailable(reason string) error {
	return failure{types.MakeFailureUnavailable(reason)}
}

// isMomentary returns whether an error passes by itself: a backend that is down, or wants fewer requests.
func isMomentary(err error) bool {
	var known failure
	return errors.As(err, &known) &&
		(known.Tag() == types.FailureUnavailable || known.Tag() == types.FailureThrottled)
}

// result returns an answer or an error as the interface has them.
func result[T any](answer T, err error) wit.Result[T, types.Failure] {
	var known failure
	switch {
	case err == nil:
		return wit.Ok[T, types.Failure](answer)
	case errors.As(err, &known):
		return wit.Err[T](known.Failure)
	default:
		return wit.Err[T](types.MakeFailureFailed(err.Error()))
	}
}
