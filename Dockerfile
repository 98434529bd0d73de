FROM node:22.23.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install scripts: what is needed of them, the build below does itself.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:22.23.2-bookworm-slim
# Certificates for a Temporal server with TLS: the SDK's native part reads the system's.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && mkdir --mode=700 /var/lib/clearsite \
  && chown node:node /var/lib/clearsite
WORKDIR /app
COPY --from=build /app ./
ENV NODE_ENV=production CLEARSITE_HOME=/var/lib/clearsite
USER node
ENTRYPOINT ["node", "/app/bin/clearsite.js"]
CMD ["--help"]
