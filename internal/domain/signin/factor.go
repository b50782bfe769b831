package signin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/limit"
)

// Factors keeps what lets people in beside their passwords.
type Factors interface {
	// ChangeStaff changes a person over whatever others change at the same time.
	ChangeStaff(ctx context.Context, id string, change func(*office.Staff)) error
	// Spend notes that something was used which is good once, until it is good no more; false when it was used before.
	Spend(ctx context.Context, what string, until time.Time) (bool, error)
}

// SecondError (bước thứ hai) asks somebody whose password was right for his second factor. Half proves that for a few minutes, to
// whoever holds it; Wrong says that a code was given and was not right.
type SecondError struct {
	Half  string
	Wrong bool
}

func (e *SecondError) Error() string {
	if e.Wrong {
		return "wrong second factor"
	}
	return "second factor wanted"
}

// Is makes it ErrNeedsOTP, or ErrWrong where a code was wrong.
func (e *SecondError) Is(target error) bool {
	return target == ErrNeedsOTP && !e.Wrong || target == ErrWrong && e.Wrong
}

const (
	halfLasts = 5 * time.Minute
	// codesFree wrong one-time codes may follow each other, and codesPerHour in the long run: by chance one in 300,000 is right.
	codesFree    = 10
	codesPerHour = 10
	doorCode     = "code"
	step         = 30 * time.Second
)

// newCodes bounds wrong one-time codes, by device or for all unknown devices of a person. Whoever gets that far knows the password,
// so nobody shuts out by it whose password he does not know; and a recovery code, or a device of one's own, is never kept waiting.
func newCodes(now func() time.Time) *limit.Budget {
	rate := limit.Every(codesPerHour, time.Hour, codesFree)
	b, err := limit.New([]limit.Door{{Name: doorCode, Rules: []limit.Rule{{Scope: limit.Device, Free: rate, Most: rate}}}}, maxLanes, now)
	if err != nil {
		panic(err) // the table above is a constant
	}
	return b
}

// second passes whose second factor is right, and says which it was.
func (d *Doors) second(ctx context.Context, who office.Staff, lane, code string) (by string, err error) {
	if !who.HasFactor() {
		return "", nil
	}
	if strings.TrimSpace(code) == "" {
		return "", &SecondError{Half: d.half(who)}
	}
	by, err = d.showsCode(ctx, who, lane, code)
	if errors.Is(err, ErrWrong) {
		return by, &SecondError{Half: d.half(who), Wrong: true}
	}
	return by, err
}

// showsCode passes whoever shows a one-time code of now, or a recovery code that is left.
func (d *Doors) showsCode(ctx context.Context, who office.Staff, lane, code string) (by string, err error) {
	code = plainCode(code)
	if len(code) != otpDigits {
		return ByCode, d.useRecovery(ctx, who, code)
	}
	if err := d.tryCode(lane, who); err != nil {
		return ByOTP, err
	}
	if len(who.OTP) == 0 {
		return ByOTP, ErrWrong
	}
	secret, err := d.Vault.OpenPersonal(who.OTP, otpPlace(who.ID))
	if err != nil {
		return ByOTP, err
	}
	defer clear(secret)
	return ByOTP, d.useOTP(ctx, who.ID, string(secret), code)
}

// otpPlace binds a sealed secret to its person.
func otpPlace(staff string) string { return "otp/" + staff }

const otpDigits = 6

// plainCode is what somebody typed without what he typed between.
func plainCode(code string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' || r == '\t' {
			return -1
		}
		return r
	}, code[:min(len(code), 100)]))
}

// useOTP passes a code of this moment, or of half a minute before or after it, once.
func (d *Doors) useOTP(ctx context.Context, staff, secret, code string) error {
	now := d.Now()
	for _, at := range []time.Time{now, now.Add(-step), now.Add(step)} {
		want, err := totp.GenerateCode(secret, at)
		if err != nil {
			return fmt.Errorf("one-time code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 0 {
			continue
		}
		n := at.Unix() / int64(step/time.Second)
		first, err := d.Factors.Spend(ctx, "otp/"+staff+"/"+strconv.FormatInt(n, 10), now.Add(4*step))
		if err != nil || first {
			return err
		}
	}
	return ErrWrong
}

// useRecovery passes a recovery code, once.
func (d *Doors) useRecovery(ctx context.Context, who office.Staff, code string) error {
	mark := d.codeMark(who.ID, code)
	if !slices.Contains(who.Codes, mark) {
		return ErrWrong
	}
	left := false
	err := d.Factors.ChangeStaff(ctx, who.ID, func(m *office.Staff) {
		i := slices.Index(m.Codes, mark)
		if left = i >= 0; left {
			m.Codes = slices.Delete(m.Codes, i, i+1)
		}
	})
	if err == nil && !left {
		return ErrWrong
	}
	return err
}

// codeMark is all that is kept of a recovery code.
func (d *Doors) codeMark(staff, code string) string {
	sum := d.MAC("recovery", []byte(staff), []byte(code))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// recoveryCodes is how many there are.
const recoveryCodes = 10

// newRecovery makes recovery codes, easy to read aloud and to type, and their marks.
func (d *Doors) newRecovery(staff string) (codes, marks []string) {
	for range recoveryCodes {
		code := rand.Text()[:codeLength]
		codes, marks = append(codes, code[:codeLength/2]+"-"+code[codeLength/2:]), append(marks, d.codeMark(staff, code))
	}
	return codes, marks
}

// codeLength gives a recovery code 50 bits.
const codeLength = 10

// half proves for a few minutes that the person's password was right. It ends with his sessions.
func (d *Doors) half(who office.Staff) string {
	id, at := base64.RawURLEncoding.EncodeToString([]byte(who.ID)), strconv.FormatInt(d.Now().Add(halfLasts).Unix(), 36)
	return strings.Join([]string{id, at, d.halfMark(who, at)}, ".")
}

func (d *Doors) halfMark(who office.Staff, at string) string {
	sum := d.MAC("sign-in-half", []byte(who.ID), []byte(strconv.FormatInt(who.Epoch, 10)), []byte(at))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// ofHalf reads whose password was right.
func (d *Doors) ofHalf(o *office.Office, half string) (office.Staff, bool) {
	parts := strings.Split(half, ".")
	if len(parts) != 3 || len(half) > 300 {
		return office.Staff{}, false
	}
	id, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return office.Staff{}, false
	}
	who, ok := o.Staff(string(id))
	at, err := strconv.ParseInt(parts[1], 36, 64)
	return who, ok && err == nil && hmac.Equal([]byte(parts[2]), []byte(d.halfMark(who, parts[1]))) && d.Now().Before(time.Unix(at, 0))
}
