package chat

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"tiepdan/pkg/outward"
)

// SMS is a gateway that sends short messages under a brandname.
type SMS struct {
	Format string // esms or speedsms
	Key    string // eSMS: ApiKey; SpeedSMS: the access token
	Secret string // eSMS: SecretKey
	Brand  string
	API    string
	Client *outward.Client
	Now    func() time.Time
}

// The formats of gateways, and their addresses.
const (
	ESMS     = "esms"
	SpeedSMS = "speedsms"

	ESMSAPI     = "https://rest.esms.vn"
	SpeedSMSAPI = "https://api.speedsms.vn"
)

// Send sends a text to a number in E.164. id is the same for the same message: eSMS sends one of an id within a day.
func (s *SMS) Send(ctx context.Context, id, to, said string) error {
	if s.Format == ESMS {
		return s.esms(ctx, id, to, said)
	}
	return s.speed(ctx, to, said)
}

type esmsAnswer struct {
	Code  string `json:"CodeResult"`
	Error string `json:"ErrorMessage"`
}

func (s *SMS) esms(ctx context.Context, id, to, said string) error {
	sum := sha256.Sum256([]byte(id))
	body, err := json.Marshal(map[string]string{
		"ApiKey": s.Key, "SecretKey": s.Secret, "Content": said, "Phone": national(to), "SmsType": "2", "Brandname": s.Brand, "IsUnicode": "1", "Sandbox": "0",
		"RequestId": hex.EncodeToString(sum[:20]),
	})
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	var a esmsAnswer
	_, err = call(ctx, s.Client, outward.Request{URL: s.API + "/MainService.svc/json/SendMultipleMessage_V4_post_json/", Body: body, Header: http.Header{"Content-Type": {"application/json"}}}, &a)
	switch {
	case err != nil:
		return err
	case a.Code == "100", a.Code == "124": // sent, or this very message was sent before
		return nil
	case a.Code == "99":
		return errors.New("eSMS is in trouble")
	case a.Code == "101", a.Code == "102", a.Code == "103", a.Code == "104", a.Code == "118": // key, account, money, brandname: the setting's fault
		return errors.New("eSMS answers " + a.Code)
	}
	return &RefusedError{Gone}
}

type speedAnswer struct {
	Status string `json:"status"`
	Code   text   `json:"code"`
}

func (s *SMS) speed(ctx context.Context, to, said string) error {
	body, err := json.Marshal(map[string]any{"to": []string{strings.TrimPrefix(to, "+")}, "content": said, "sms_type": 3, "sender": s.Brand})
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	var a speedAnswer
	_, err = call(ctx, s.Client, outward.Request{URL: s.API + "/index.php/sms/send", Body: body, Header: http.Header{
		"Content-Type": {"application/json"}, "Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(s.Key+":x"))},
	}}, &a)
	switch {
	case err != nil:
		return err
	case a.Status == "success":
		return nil
	case a.Code == "105": // the number
		return &RefusedError{Gone}
	}
	return errors.New("SpeedSMS answers " + string(a.Code))
}

// national is a number as it is dialled within the country.
func national(to string) string {
	if rest, ok := strings.CutPrefix(to, "+84"); ok {
		return "0" + rest
	}
	return to
}
