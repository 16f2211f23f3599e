# Slipway in a container: alone on the embedded tier, or as one of many with MongoDB and Redis.
#
#   docker build -t slipway .
#   docker run -p 3000:3000 -v slipway-data:/data -v ./slipway.yml:/slipway/slipway.yml:ro \
#     -e SLACK_BOT_TOKEN -e SLACK_SIGNING_SECRET slipway
#   docker run --stop-timeout 30 -v worker-1:/data -v ./slipway.yml:/slipway/slipway.yml:ro \
#     -e MONGODB_URL -e REDIS_URL slipway start --role worker
#
# The commands of your products run inside: build on this image to add the tools that they need.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build

FROM node:24-bookworm-slim
# git and ssh fetch the products, git-lfs their large files; bubblewrap keeps commands apart from the bot; tini, as process 1, reaps what their commands leave behind.
RUN apt-get update \
  && apt-get install -y --no-install-recommends bubblewrap ca-certificates git git-lfs openssh-client tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json LICENSE ./
RUN npm ci --omit=dev && npm cache clean --force
COPY --from=build /app/dist ./dist
COPY manifest.yml ./
RUN install -d -o node -g node /data /slipway && ln -s /app/dist/bin/slipway.js /usr/local/bin/slipway \
  && chmod +x dist/bin/slipway.js

USER node
WORKDIR /slipway
ENV DATA_DIR=/data PORT=3000
# One container at a time may work here; keep it on a local disk, not on a network share.
VOLUME /data
EXPOSE 3000
# /healthz answers while the first start still sets up the database; /readyz says when that is done.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "slipway"]
CMD ["start"]
