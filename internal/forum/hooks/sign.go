package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"plenary/internal/core"
)

// The secret of a hook is derived from a key of the installation, the hook and its
// generation, so that it can be shown again and lies in no row. Replacing it raises the generation.

// secretOf is the secret of a hook as it is given to the other program.
func secretOf(key []byte, id core.ID, generation int64) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("webhook\x00" + string(id) + "\x00" + strconv.FormatInt(generation, 10)))
	return "whsec_" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// sign makes the signatures of a message: with the secret, and for a day with the one
// before it, so that the other program can change over.
func sign(key []byte, h Hook, message string, at time.Time, body []byte) (string, error) {
	generations := []int64{h.Generation}
	if core.At(at).Before(h.OldUntil) {
		generations = append(generations, h.Generation-1)
	}
	out := make([]string, 0, len(generations))
	for _, g := range generations {
		wh, err := standardwebhooks.NewWebhook(secretOf(key, h.ID, g))
		if err != nil {
			return "", fmt.Errorf("read the secret of a hook: %w", err)
		}
		signature, err := wh.Sign(message, at, body)
		if err != nil {
			return "", fmt.Errorf("sign for a hook: %w", err)
		}
		out = append(out, signature)
	}
	return strings.Join(out, " "), nil
}
