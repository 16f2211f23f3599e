# What products of the torture do to build, deploy and verify: as their commit's `plan` says, and all of it written down.
# A line of the ledger: milliseconds, word, run, release, step, kind, commit, and what the word wants to add.
step=$1
. ./plan
if [ "$step" = build ]; then
  file="$LEDGER/$SLIPWAY_PRODUCT@$SLIPWAY_COMMIT"
  beats=$build_beats
  fails=$((build_fails * 999))
else
  file="$LEDGER/$SLIPWAY_PRODUCT~$SLIPWAY_ENVIRONMENT"
  eval "beats=\$${SLIPWAY_ENVIRONMENT}_${step}_beats fails=\$${SLIPWAY_ENVIRONMENT}_${step}_fails"
fi
release=${SLIPWAY_RELEASE:--}
run="$$-$(date +%s%N)"
say() {
  echo "$(date +%s%3N) $1 $run $release $step ${SLIPWAY_KIND:--} $SLIPWAY_COMMIT $2" >> "$file"
}
before=$(grep -c " begin [^ ]* $release $step " "$file" 2>/dev/null)
say begin $$
if [ "$step" != build ] && [ "$(cat built 2>/dev/null)" != "$SLIPWAY_COMMIT" ]; then
  say wrong tree
fi
# Only the end by force ends it.
[ "$stubborn" = 1 ] && trap '' TERM
# It stays behind; whoever runs commands must end it with the command.
if [ "$helper" = 1 ]; then
  (while :; do say beat helper; sleep 0.1; done) &
fi
beat=0
while [ "$beat" -lt "$beats" ]; do
  echo "$step of $SLIPWAY_COMMIT, beat $beat"
  say beat
  sleep 0.1
  beat=$((beat + 1))
done
if [ "$before" -lt "$fails" ]; then
  say end 1
  exit 1
fi
[ "$step" = build ] && echo "$SLIPWAY_COMMIT" > built
say end 0
