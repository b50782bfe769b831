package mongo

import (
	"errors"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"tiepdan/internal/docdb"
)

// outOfDiskSpace is MongoDB's own code.
const outOfDiskSpace = 14031

// trouble tells what the server suffers from. Those that speak like MongoDB say it in the words of what they keep documents in.
func trouble(err error) error {
	s, ok := errors.AsType[mongo.ServerError](err)
	switch {
	case ok && s.HasErrorCode(outOfDiskSpace), strings.Contains(err.Error(), "disk is full"):
		return docdb.ErrFull
	case errors.Is(err, errNotAlone), mongo.IsNetworkError(err), mongo.IsTimeout(err), errors.Is(err, mongo.ErrClientDisconnected):
		return docdb.ErrDown
	}
	for _, words := range []string{"disk I/O error", "readonly database", "connection pool"} {
		if strings.Contains(err.Error(), words) {
			return docdb.ErrDown
		}
	}
	return nil
}
